/** The bar on top of every page but the editor. */
import { Anchor, Text } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import { Logo } from '../ui/logo';
import { LanguageMenu, ThemeButton } from '../ui/preferences';

export function PageBar({ title }: { readonly title?: string | undefined }) {
  const { t } = useTranslation();
  return (
    <header className="tb-page-bar">
      <Anchor
        component={Link}
        href="/"
        c="inherit"
        underline="never"
        aria-label={`Truebox: ${t('errors.toProjects')}`}
      >
        <Logo />
      </Anchor>
      {title === undefined ? null : (
        <>
          <IconChevronRight size={14} color="var(--tb-faint)" aria-hidden="true" />
          <Text fw={600} className="tb-ellipsis">
            {title}
          </Text>
        </>
      )}
      <span style={{ flex: 1 }} />
      <LanguageMenu />
      <ThemeButton />
    </header>
  );
}
