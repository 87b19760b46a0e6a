/** Language and theme, the same two buttons on every page. */
import { Menu, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { asLanguage, changeLanguage, LANGUAGES } from '../i18n/i18n';
import { IconButton } from './icon_button';

export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  const current = asLanguage(i18n.language);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <IconButton
          label={t('app.language')}
          icon={<IconLanguage size={18} />}
          onClick={() => undefined}
          testId="language"
        />
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map(({ code, name }) => (
          <Menu.Item
            key={code}
            lang={code}
            data-testid={`language-${code}`}
            rightSection={code === current ? <IconCheck size={14} /> : null}
            onClick={() => void changeLanguage(i18n, code)}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function ThemeButton() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const isDark = colorScheme === 'dark';
  return (
    <IconButton
      label={isDark ? t('app.light') : t('app.dark')}
      icon={isDark ? <IconSun size={18} /> : <IconMoon size={18} />}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
      testId="theme"
    />
  );
}
