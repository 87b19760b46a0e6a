/** Who else looks at this scene, and in which frame. */
import { Avatar, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { personColor } from '../../ui/person_color';
import { useEditor, useSession } from '../editor_context';
import { initialsOf } from './initials';

const MOST_SHOWN = 4;

export function People() {
  const { t } = useTranslation();
  const editor = useEditor();
  const people = useSession((state) => state.people);
  if (people.length === 0) {
    return null;
  }
  return (
    <Avatar.Group
      spacing={6}
      role="group"
      aria-label={t('editor.people', { count: people.length })}
      data-testid="people"
    >
      {people.slice(0, MOST_SHOWN).map((person) => (
        <Tooltip
          key={person.client_id}
          label={t('editor.personAt', { name: person.name, frame: person.frame_index })}
        >
          <Avatar
            component="button"
            size={26}
            radius="xl"
            className="tb-avatar"
            style={personColor(person.color)}
            aria-label={t('editor.personAt', { name: person.name, frame: person.frame_index })}
            onClick={() => editor.goToFrame(person.frame_index)}
          >
            {initialsOf(person.name)}
          </Avatar>
        </Tooltip>
      ))}
      {people.length > MOST_SHOWN ? (
        <Avatar size={26} radius="xl">
          +{people.length - MOST_SHOWN}
        </Avatar>
      ) : null}
    </Avatar.Group>
  );
}
