/** Short messages in the corner; errors stay until they are read. */
import { notifications } from '@mantine/notifications';

export function toastError(title: string, message: string): void {
  notifications.show({
    // The same error again replaces the one on screen instead of piling up.
    id: `error:${message}`,
    title,
    message,
    color: 'red',
    autoClose: 12_000,
    withBorder: true,
  });
}

export function toastInfo(message: string): void {
  notifications.show({ id: `info:${message}`, message, color: 'lagoon', autoClose: 4_000, withBorder: true });
}
