// Calls of the control API. The token lives in sessionStorage: it goes with the tab.

const KEY = "chaos-token";

export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const token = {
  get: () => sessionStorage.getItem(KEY) ?? "",
  set: (value) => (value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY)),
};

export function bearer(value = token.get()) {
  return value ? { Authorization: `Bearer ${value}` } : {};
}

// Answers the JSON of a call. Throws Refusal with the service's own sentence.
export async function call(method, path, { body, as, headers } = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: {
        ...bearer(as),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
    });
  } catch {
    throw new Refusal(0, "the service does not answer");
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(answer.status, told.error ?? `status ${answer.status}`);
  return told;
}

// Asking twice with the same key starts one run. Works without a secure context, too.
export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
