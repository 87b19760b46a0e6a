/** Who else has an object selected, as small tags in their colours. */
import { useTranslation } from 'react-i18next';

import type { Person } from '../model/scene';
import { personColor } from '../ui/person_color';
import './person_tags.css';
import { initialsOf } from './topbar/initials';

export function PersonTags({ people }: { readonly people: readonly Person[] }) {
  const { t } = useTranslation();
  return people.map(({ client_id, name, color }) => (
    <span
      key={client_id}
      className="tb-person-tag"
      style={personColor(color)}
      title={t('editor.selectedBy', { name })}
      data-testid="person-tag"
    >
      {initialsOf(name)}
    </span>
  ));
}
