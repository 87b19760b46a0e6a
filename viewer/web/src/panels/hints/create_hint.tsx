/** What the mouse does while the tool for new cuboids is in hand; in an enlarged image its own hint says it. */
import { useTranslation } from 'react-i18next';

import { categoryTitle } from '../../model/names';
import { useSession } from '../editor_context';

export function CreateHint() {
  const { t } = useTranslation();
  const isCreating = useSession(({ tool, activeCamera }) => tool === 'create' && activeCamera === null);
  const category = useSession((state) => state.activeCategory);
  return isCreating ? (
    <p className="tb-view-hint tb-view-hint-through" role="status" data-testid="create-hint">
      {t('fitting.hintCreate', { category: categoryTitle(category) })}
    </p>
  ) : null;
}
