/** The mark of Truebox: a cuboid in perspective its faces in three shades of the accent. */
import { useTranslation } from 'react-i18next';

export function LogoMark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <path d="M2.5 11.5 12 5.5l17.5 2-12.5 3z" fill="var(--tb-accent)" opacity="0.6" />
      <path d="M18 12l11.5-2.700v11.200L18 27z" fill="var(--tb-accent)" opacity="0.35" />
      <path d="M2.5 13 16.5 12v15L2.5 22.5z" fill="var(--tb-accent)" />
    </svg>
  );
}

export function Logo() {
  const { t } = useTranslation();
  return (
    <span style={{ display: 'flex', alignItems: 'center', gap: 8 }}>
      <LogoMark />
      <strong style={{ fontSize: 15, letterSpacing: 0.2 }}>{t('app.name')}</strong>
    </span>
  );
}
