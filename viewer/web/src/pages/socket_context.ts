/** The one socket of the app. */
import { createContext, useContext } from 'react';

import type { Socket } from '../api/socket';

const Context = createContext<Socket | null>(null);

export const SocketProvider = Context.Provider;

export function useSocket(): Socket {
  const socket = useContext(Context);
  if (socket === null) {
    throw new Error('a page stands outside of SocketProvider');
  }
  return socket;
}
