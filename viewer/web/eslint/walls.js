/** The walls between the viewer's rooms, checked on every import. */
import path from 'node:path';

/** Files directly in `src/`: they wire everything and may import every room. */
const MAIN = 'main';

/**
 * What each room of `src/` may import, besides itself.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const rooms = {
  model: [],
  i18n: [],
  api: ['model'],
  geometry: ['model'],
  store: ['model', 'geometry', 'api'],
  editor: ['model', 'geometry', 'store'],
  ui: ['i18n', 'model'],
  scene: ['model', 'geometry', 'store', 'editor', 'api', 'i18n'],
  panels: ['model', 'geometry', 'store', 'editor', 'api', 'i18n', 'ui'],
  pages: ['model', 'geometry', 'store', 'editor', 'api', 'i18n', 'ui', 'scene', 'panels'],
};

/**
 * Packages that only some rooms may import; a package that is not listed here is free, except in the pure rooms.
 * @type {readonly { readonly packages: RegExp, readonly rooms: readonly string[] }[]}
 */
export const packageRooms = [
  { packages: /^(three|camera-controls)(\/|$)/, rooms: ['scene'] },
  { packages: /^(@mantine|@tabler)\//, rooms: ['ui', 'panels', 'pages', MAIN] },
  {
    packages: /^(react|react-dom|react-i18next)(\/|$)/,
    rooms: ['api', 'i18n', 'ui', 'scene', 'panels', 'pages', MAIN],
  },
];

/**
 * Rooms that may import no package at all.
 * @type {readonly string[]}
 */
export const pureRooms = ['model', 'geometry'];

/**
 * Why `file` may not import `source`, or null when it may.
 * @param {string} src absolute path of the source folder
 * @param {string} file absolute path of the importing file
 * @param {string} source the text of the import
 * @returns {string | null}
 */
export function wallBetween(src, file, source) {
  const from = roomOf(src, file);
  if (from === null) {
    return null;
  }
  if (from !== MAIN && !(from in rooms)) {
    return `"${from}" is no room: name it in eslint/walls.js or move the file.`;
  }
  const target = source.startsWith('.') ? path.resolve(path.dirname(file), source) : null;
  return target === null
    ? wallToPackage(from, source, isTest(file))
    : wallToFile(from, src, target, isTest(file));
}

/**
 * @param {string} from
 * @param {string} src
 * @param {string} target
 * @param {boolean} inTest
 */
function wallToFile(from, src, target, inTest) {
  const to = roomOf(src, target);
  if (to === null) {
    return inTest ? null : `${from} may not import from outside src/.`;
  }
  const allowed = to === from || from === MAIN || rooms[from]?.includes(to);
  return allowed ? null : `${from} may not import ${to}.`;
}

/**
 * @param {string} from
 * @param {string} source
 * @param {boolean} inTest
 */
function wallToPackage(from, source, inTest) {
  if (pureRooms.includes(from) && !inTest) {
    return `${from} is pure and may not import "${source}".`;
  }
  const rule = packageRooms.find(({ packages }) => packages.test(source));
  return rule === undefined || rule.rooms.includes(from)
    ? null
    : `"${source}" may only be imported in ${rule.rooms.join(', ')}.`;
}

/**
 * The first folder below `src`, `MAIN` for a file directly in it, null for one outside of it.
 * @param {string} src
 * @param {string} file
 * @returns {string | null}
 */
function roomOf(src, file) {
  const [first = '', ...rest] = path.relative(src, file).split(path.sep);
  if (first === '..') {
    return null;
  }
  // The import of a room's index has no further part: `../store`.
  return rest.length > 0 || first in rooms ? first : MAIN;
}

/** @param {string} file */
function isTest(file) {
  return /\.test\.tsx?$/.test(file);
}

/** @type {import('eslint').Rule.RuleModule} */
export const wallsRule = {
  meta: {
    type: 'problem',
    docs: { description: 'Imports between the rooms of the viewer only go down.' },
    messages: { wall: '{{ reason }}' },
    schema: [],
  },
  create(context) {
    const src = path.join(context.cwd, 'src');
    /** @param {import('estree').Node | null | undefined} node */
    const check = (node) => {
      if (node?.type !== 'Literal' || typeof node.value !== 'string') {
        return;
      }
      const reason = wallBetween(src, context.filename, node.value);
      if (reason !== null) {
        context.report({ node, messageId: 'wall', data: { reason } });
      }
    };
    return {
      ImportDeclaration: (node) => {
        check(node.source);
      },
      ImportExpression: (node) => {
        check(node.source);
      },
      ExportNamedDeclaration: (node) => {
        check(node.source);
      },
      ExportAllDeclaration: (node) => {
        check(node.source);
      },
    };
  },
};
