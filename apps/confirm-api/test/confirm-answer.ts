/** An answer of the API, its body parsed and as it was. */
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
    body: JSON.parse(text) as ConfirmAnswer['body'],
  };
}

/** What two answers to the same question have in common: everything but the moment they were given. */
export function timeless({ status, text }: ConfirmAnswer): { status: number; text: string } {
  return { status, text: text.replace(/"timestamp":"[^"]*"/, '"timestamp":"…"') };
}
