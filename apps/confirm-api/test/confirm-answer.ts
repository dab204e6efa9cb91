/** An answer of the API, its body parsed (where it is JSON) and as it was. */
export interface ConfirmAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: {
    readonly success: boolean;
    readonly data?: Readonly<Record<string, unknown>>;
    readonly error?: {
      readonly code: string;
      readonly message: string;
      readonly timestamp: string;
      readonly occurredAt: string;
      readonly details?: Readonly<Record<string, unknown>>;
      readonly fieldErrors?: readonly { readonly field: string; readonly reason: string }[];
    };
  };
}

export async function readAnswer(response: Response): Promise<ConfirmAnswer> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (isJson(response) ? JSON.parse(text) : undefined) as ConfirmAnswer['body'],
  };
}

function isJson({ headers }: Response): boolean {
  return /^application\/json/.test(headers.get('content-type') ?? '');
}

/** What two answers to the same question have in common: everything but the moment they were given. */
export function timeless({ status, text }: ConfirmAnswer): { status: number; text: string } {
  return { status, text: text.replace(/"(timestamp|occurredAt)":"[^"]*"/g, '"$1":"…"') };
}
