/** The shape every language fills completely; English is the measure. */
import type { en } from './en';

type Widen<T> = { readonly [K in keyof T]: T[K] extends string ? string : Widen<T[K]> };

export type Texts = Widen<typeof en>;
