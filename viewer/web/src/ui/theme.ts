/** The look of Truebox: graphite surfaces, one calm accent, small dense controls. */
import {
  ActionIcon,
  Badge,
  Button,
  Checkbox,
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  Menu,
  Modal,
  NumberInput,
  Popover,
  SegmentedControl,
  Select,
  Switch,
  Table,
  TextInput,
  Tooltip,
  type VariantColorsResolver,
} from '@mantine/core';

/** Accent: a quiet sea green that no category colour and no warning uses. */
const lagoon: MantineColorsTuple = [
  '#e5faf5',
  '#cbf1e8',
  '#9fe3d4',
  '#74d5c1',
  '#57c8b2',
  '#45b8a2',
  '#349c89',
  '#267d6e',
  '#1b6055',
  '#10443c',
];

/** Surfaces and text of the dark scheme, from text to the deepest ground. */
const graphite: MantineColorsTuple = [
  '#e3e9ea',
  '#bcc7c9',
  '#93a1a4',
  '#6b797d',
  '#38444a',
  '#2a343a',
  '#20292e',
  '#171e22',
  '#11171a',
  '#0b0f12',
];

const FONTS =
  'Inter, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Apple SD Gothic Neo", "Malgun Gothic", ' +
  '"Noto Sans KR", "Noto Sans CJK KR", system-ui, sans-serif';

const MONOSPACE = 'ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "Noto Sans Mono CJK KR", monospace';

/** Quieter tints than Mantine's, and dark text on the light accent. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const name = input.color ?? input.theme.primaryColor;
  if (input.variant === 'filled' && name === 'lagoon') {
    return { ...colors, color: 'var(--tb-on-accent)' };
  }
  if (input.variant !== 'light' || !(name in input.theme.colors)) {
    return colors;
  }
  const tint = (share: number) => `color-mix(in srgb, var(--mantine-color-${name}-5) ${share}%, transparent)`;
  return {
    ...colors,
    background: tint(14),
    hover: tint(22),
    color: `var(--tb-tint-${name}, ${colors.color})`,
  };
};

export const theme = createTheme({
  variantColorResolver,
  colors: { lagoon, dark: graphite },
  primaryColor: 'lagoon',
  primaryShade: { light: 7, dark: 5 },
  autoContrast: true,
  luminanceThreshold: 0.32,
  fontFamily: FONTS,
  fontFamilyMonospace: MONOSPACE,
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '15px', xl: '18px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '10px', xl: '16px' },
  defaultRadius: 'sm',
  headings: {
    fontFamily: FONTS,
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '28px' },
      h2: { fontSize: '16px', lineHeight: '24px' },
      h3: { fontSize: '13px', lineHeight: '20px' },
    },
  },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 600 } }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'xs' } }),
    Menu: Menu.extend({
      // The placeholder is no item of a menu, which screen readers stumble over.
      defaultProps: { shadow: 'md', withinPortal: true, withInitialFocusPlaceholder: false },
    }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.6, blur: 2 },
        radius: 'md',
        padding: 'xl',
      },
      styles: { title: { fontSize: 15, fontWeight: 600 } },
    }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'xs' } }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md', withinPortal: true } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: 'xs' } }),
    Select: Select.extend({ defaultProps: { size: 'xs', checkIconPosition: 'right' } }),
    Switch: Switch.extend({ defaultProps: { size: 'xs' } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'md' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, withArrow: true, arrowSize: 6 } }),
  },
});

/** What the style sheets use beside Mantine's own variables. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--tb-ok': '#6fbf8b',
    '--tb-warn': '#e0b252',
    '--tb-bad': '#e8756a',
    '--tb-on-accent': '#05231d',
    '--tb-busy': 'var(--mantine-color-lagoon-4)',
    '--tb-accent': 'var(--mantine-color-lagoon-4)',
  },
  dark: {
    '--tb-tint-lagoon': 'var(--mantine-color-lagoon-3)',
    '--tb-tint-yellow': '#e6bd63',
    '--tb-tint-red': '#f0928a',
    '--tb-tint-gray': '#bcc7c9',
    '--tb-ground': '#0b0f12',
    '--tb-surface': '#141b1f',
    '--tb-raised': '#1b2327',
    '--tb-hover': '#232d32',
    '--tb-line': '#28333a',
    '--tb-text': '#e3e9ea',
    '--tb-dim': '#93a1a4',
    '--tb-faint': '#87959a',
    '--mantine-color-body': '#11171a',
    '--mantine-color-dimmed': '#93a1a4',
    '--mantine-color-placeholder': '#87959a',
    '--mantine-color-default': '#1b2327',
    '--mantine-color-default-hover': '#232d32',
    '--mantine-color-default-border': '#33404a',
  },
  light: {
    '--tb-on-accent': '#ffffff',
    '--mantine-color-dimmed': '#57666a',
    '--mantine-color-placeholder': '#5c6a6e',
    '--tb-tint-yellow': '#8f6000',
    '--tb-ok': '#257a4b',
    '--tb-warn': '#8f6000',
    '--tb-bad': '#c0362b',
    '--tb-busy': 'var(--mantine-color-lagoon-7)',
    '--tb-ground': '#e7ecec',
    '--tb-surface': '#ffffff',
    '--tb-raised': '#f5f8f8',
    '--tb-hover': '#e9efef',
    '--tb-line': '#d5dddd',
    '--tb-text': '#182022',
    '--tb-dim': '#57666a',
    '--tb-faint': '#5c6a6e',
  },
});
