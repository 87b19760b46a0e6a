/** What a press in the enlarged image does. */
import { IconBan, IconCubePlus, IconPointer, IconSquareDashed } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { actionById } from '../../editor/actions';
import { IconButton } from '../../ui/icon_button';
import { useEditor, useSession } from '../editor_context';
import { keyOf } from '../key_hints';

export function ImageToolbar() {
  const { t } = useTranslation();
  const editor = useEditor();
  const mode = useSession(({ tool, imageTool }) => (tool === 'create' ? 'cuboid' : imageTool));
  const select = () => {
    editor.setTool('select');
    editor.session.setState({ imageTool: 'select' });
  };
  const run = (actionId: string) => actionById(actionId).run(editor, {});
  return (
    <div className="tb-image-tools" role="toolbar" aria-label={t('images.tools')}>
      <IconButton
        label={t('images.select')}
        keys="Escape"
        icon={<IconPointer size={18} />}
        isActive={mode === 'select'}
        onClick={select}
        testId="image-tool-select"
      />
      <IconButton
        label={t('images.tight')}
        keys={keyOf('tight_box')}
        icon={<IconSquareDashed size={18} />}
        isActive={mode === 'tight'}
        onClick={() => run('tight_box')}
        testId="image-tool-tight"
      />
      <IconButton
        label={t('images.ignore')}
        keys={keyOf('ignore_region')}
        icon={<IconBan size={18} />}
        isActive={mode === 'ignore'}
        onClick={() => run('ignore_region')}
        testId="image-tool-ignore"
      />
      <IconButton
        label={t('images.cuboid')}
        keys={keyOf('new_box')}
        icon={<IconCubePlus size={18} />}
        isActive={mode === 'cuboid'}
        onClick={() => editor.setTool(mode === 'cuboid' ? 'select' : 'create')}
        testId="image-tool-cuboid"
      />
    </div>
  );
}
