/** The formats that the server knows, and how each is called. */
import { useQuery } from '@tanstack/react-query';

import { api } from '../api/client';

export const useFormats = () => useQuery({ queryKey: ['formats'], queryFn: api.listFormats });

/** The title of a format; its name until the server has told, or where it knows no such format. */
export function useFormatTitle(name: string): string {
  const { data } = useFormats();
  return data?.find((format) => format.name === name)?.title ?? name;
}
