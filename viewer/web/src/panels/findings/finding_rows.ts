/** The findings as the panel and the timeline show them: grouped by rule, the gravest first. */
import { SEVERITIES, type Finding, type FindingRule, type Severity } from '../../api/types';

export interface RuleRow {
  readonly kind: 'rule';
  readonly key: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly count: number;
}

export interface FindingRow {
  readonly kind: 'finding';
  readonly key: string;
  readonly finding: Finding;
}

export type PanelRow = RuleRow | FindingRow;

/** Each rule with its findings below it; rules with the gravest finding come first. */
export function panelRows(findings: readonly Finding[], rule: string | null): readonly PanelRow[] {
  const groups = [...byRule(findings)].filter(([name]) => rule === null || name === rule);
  groups.sort(([nameA, a], [nameB, b]) => gravest(a) - gravest(b) || (nameA < nameB ? -1 : 1));
  return groups.flatMap(([name, found]): readonly PanelRow[] => [
    {
      kind: 'rule',
      key: name,
      rule: name,
      severity: SEVERITIES[gravest(found)] ?? 'info',
      count: found.length,
    },
    ...found
      .toSorted((a, b) => weight(a) - weight(b))
      .map((finding): PanelRow => ({ kind: 'finding', key: keyOf(finding), finding })),
  ]);
}

/** The rules that found something, by name, with how often. */
export function ruleCounts(
  findings: readonly Finding[],
  rules: readonly FindingRule[],
): readonly (readonly [FindingRule, number])[] {
  const groups = byRule(findings);
  return rules.flatMap((rule) => {
    const count = groups.get(rule.rule)?.length ?? 0;
    return count > 0 ? [[rule, count] as const] : [];
  });
}

/** The gravest severity of each frame that has findings. */
export function severityOfFrames(findings: readonly Finding[]): ReadonlyMap<number, Severity> {
  const frames = new Map<number, Severity>();
  for (const { frame_index, severity } of findings) {
    const known = frame_index === null ? undefined : frames.get(frame_index);
    if (frame_index !== null && (known === undefined || rank(severity) < rank(known))) {
      frames.set(frame_index, severity);
    }
  }
  return frames;
}

/** The gravest of all, or null where there is none. */
export function worstSeverity(findings: readonly Finding[]): Severity | null {
  return findings.length === 0 ? null : (SEVERITIES[gravest(findings)] ?? null);
}

/** The same finding has the same key after another run of the checks. */
function keyOf({ rule, frame_index, label_ids, sentence }: Finding): string {
  return `${rule} ${frame_index ?? '-'} ${label_ids.join(' ')} ${sentence}`;
}

function byRule(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.rule);
    if (group === undefined) {
      groups.set(finding.rule, [finding]);
    } else {
      group.push(finding);
    }
  }
  return groups;
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);
const weight = ({ severity }: Finding): number => rank(severity);
const gravest = (findings: readonly Finding[]): number => Math.min(...findings.map(weight));
