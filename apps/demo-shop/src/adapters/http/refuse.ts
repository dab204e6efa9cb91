import { type Response } from 'express';

/** @param message what is wrong and what to do, for whoever reads the page's console. */
export function refuse(response: Response, status: number, message: string): void {
  response.status(status).json({ error: { message } });
}
