/** Sets the language up: the person's choice, else the browser's, else English. */
import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';

import { en } from './en';
import { ko } from './ko';

export const LANGUAGES = [
  { code: 'en', name: 'English' },
  { code: 'ko', name: '한국어' },
] as const;
export type Language = (typeof LANGUAGES)[number]['code'];

const STORAGE_KEY = 'truebox.language';

export function createI18n(language: Language = initialLanguage()): i18n {
  const instance = createInstance();
  void instance.use(initReactI18next).init({
    resources: { en: { translation: en }, ko: { translation: ko } },
    lng: language,
    fallbackLng: 'en',
    initAsync: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  markDocument(language);
  return instance;
}

export async function changeLanguage(instance: i18n, language: Language): Promise<void> {
  await instance.changeLanguage(language);
  markDocument(language);
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // A browser that forbids storage forgets the choice with the page.
  }
}

export function asLanguage(code: string | undefined): Language {
  return LANGUAGES.find((language) => code?.startsWith(language.code))?.code ?? 'en';
}

function initialLanguage(): Language {
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(STORAGE_KEY);
  } catch {
    // As above: without storage the browser's language decides.
  }
  return asLanguage(stored ?? navigator.language);
}

/** Chinese, Japanese and Korean share code points; the page's language picks the right glyphs. */
function markDocument(language: Language): void {
  document.documentElement.lang = language;
}
