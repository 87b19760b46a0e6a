/** What component tests stand on: the app's frame around a piece of it, and a server made of a table. */
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, type RenderResult } from '@testing-library/react';
import type { ReactElement } from 'react';
import { I18nextProvider } from 'react-i18next';
import { vi } from 'vitest';

import { createI18n, type Language } from '../i18n/i18n';
import { cssVariables, theme } from './theme';

/** Parts of a browser that jsdom lacks and Mantine asks for. */
function completeDom(): void {
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe = () => undefined;
      unobserve = () => undefined;
      disconnect = () => undefined;
    },
  );
  Element.prototype.scrollIntoView = () => undefined;
}

export function renderInApp(piece: ReactElement, language: Language = 'en'): RenderResult {
  completeDom();
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <I18nextProvider i18n={createI18n(language)}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} env="test">
        <QueryClientProvider client={queries}>{piece}</QueryClientProvider>
      </MantineProvider>
    </I18nextProvider>,
  );
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export type Answers = Readonly<Record<string, { readonly status?: number; readonly json: unknown }>>;

/** Answers `GET /api/x` from the table; returns what was asked, in order. */
export function stubServer(answers: Answers): readonly Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => {
    const method = init.method ?? 'GET';
    const path = url.split('?', 1)[0] ?? url;
    asked.push({ method, path, body: typeof init.body === 'string' ? JSON.parse(init.body) : null });
    const answer = answers[`${method} ${path}`] ?? {
      status: 404,
      json: { error: { code: 'not_found', message: `no ${method} ${path} in this test` } },
    };
    return Promise.resolve(new Response(JSON.stringify(answer.json), { status: answer.status ?? 200 }));
  });
  return asked;
}
