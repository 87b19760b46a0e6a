/** The mark of Truebox: a cuboid in perspective whose front face is filled. */
import { useTranslation } from 'react-i18next';

export function LogoMark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <path d="M4 11.5 18 9v15.5L4 21z" fill="var(--tb-accent)" />
      <path
        d="M4 11.5 13.5 6 28 8.2 18 9zM18 9l10-.8V20l-10 4.5z"
        stroke="var(--tb-accent)"
        strokeWidth="2"
        strokeLinejoin="round"
      />
      <path d="M8 14.6v4.6" stroke="var(--tb-ground)" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}

export function Logo() {
  const { t } = useTranslation();
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>
      <LogoMark />
      <strong style={{ fontSize: 15, letterSpacing: 0.2 }}>{t('app.name')}</strong>
    </span>
  );
}
