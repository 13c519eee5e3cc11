/** A browser's storage, timers aside, and a server made of answers. */
import { vi } from "vitest";

export class FakeStorage {
  private readonly kept = new Map<string, string>();

  constructor() {
    return new Proxy(this, {
      ownKeys: () => [...this.kept.keys()],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    });
  }
  getItem = (key: string): string | null => this.kept.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.kept.set(key, value);
  removeItem = (key: string): void => void this.kept.delete(key);
}

export interface Asked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

type Answer = { status: number; body?: unknown; text?: string; date?: string } | "lost";

/** Answers calls in their order; remembers what was asked. */
export function serve(...answers: Answer[]): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", (path: string, options: RequestInit): Promise<Response> => {
    asked.push({
      method: options.method ?? "GET",
      path,
      headers: options.headers as Record<string, string>,
      body: typeof options.body === "string" ? JSON.parse(options.body) : null,
    });
    const answer = answers.shift();
    if (answer === undefined) {
      throw new Error(`nothing was to be asked any more: ${path}`);
    }
    if (answer === "lost") {
      return Promise.reject(new TypeError("Failed to fetch"));
    }
    const text = answer.text ?? (answer.body === undefined ? null : JSON.stringify(answer.body));
    const headers = { Date: answer.date ?? new Date().toUTCString() };
    return Promise.resolve(
      new Response(answer.status === 204 ? null : text, { status: answer.status, headers }),
    );
  });
  return asked;
}

export const problem = (status: number, code: string, more: object = {}): Answer => ({
  status,
  body: { title: code, status, code, detail: `说明 ${code}`, ...more },
});
