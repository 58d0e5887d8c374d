// Server-sent events read with fetch, because EventSource cannot send a token. Comes back by
// itself, further and further apart, and asks for what it has missed.

import { bearer } from "./api.js";

const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 8000;
const SILENT_MS = 40000; // the service says something at least every 15 s
const HIDDEN_MS = 60000; // a browser has six connections to a host; hidden tabs give theirs back

export class Stream {
  // `heard(name, data)` gets each event, `changed(state, status)` waiting, open, refused, paused.
  constructor(heard, changed) {
    this.heard = heard;
    this.changed = changed;
    this.last = "start"; // an id of nobody: the service sends what it still has
    this.wait = FIRST_WAIT_MS;
    this.timer = 0;
    this.hush = 0;
    this.reading = null;
    this.skew = 0; // milliseconds that the service's clock is ahead of this one
    document.addEventListener("visibilitychange", () => this.visible(!document.hidden));
  }

  start() {
    this.close();
    this.wait = FIRST_WAIT_MS;
    this.read();
  }

  close() {
    clearTimeout(this.timer);
    clearTimeout(this.hush);
    const reading = this.reading;
    this.reading = null; // first, so that its end is not taken for a loss
    reading?.abort();
  }

  visible(seen) {
    clearTimeout(this.hide);
    if (seen && this.paused) {
      this.paused = false;
      this.start();
    } else if (!seen) {
      this.hide = setTimeout(() => {
        this.paused = true;
        this.close();
        this.changed("paused");
      }, HIDDEN_MS);
    }
  }

  async read() {
    const mine = new AbortController();
    this.reading = mine;
    this.watch();
    try {
      const answer = await fetch("api/chaos/events", {
        headers: { ...bearer(), "Last-Event-ID": this.last, Accept: "text/event-stream" },
        cache: "no-store",
        credentials: "omit",
        signal: mine.signal,
      });
      if (!answer.ok) {
        this.lost(mine, answer.status);
        return;
      }
      this.wait = FIRST_WAIT_MS;
      this.skew = skewOf(answer.headers.get("date"));
      this.changed("open");
      const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await lines.read();
        if (done || this.reading !== mine) break;
        this.watch();
        const blocks = (rest + value).split("\n\n");
        rest = blocks.pop();
        blocks.forEach((block) => this.take(block));
      }
    } catch {
      // A service that ends, or an answer that was cut off: both are a loss like any other.
    }
    this.lost(mine, 0);
  }

  take(block) {
    let name = "message";
    let data = "";
    for (const line of block.split("\n")) {
      const at = line.indexOf(":");
      const value = line.slice(at + 1).replace(/^ /, "");
      if (line.startsWith("id:")) this.last = value;
      else if (line.startsWith("event:")) name = value;
      else if (line.startsWith("data:")) data += value;
    }
    if (!data) return;
    let row;
    try {
      row = JSON.parse(data);
    } catch {
      return;
    }
    this.heard(name, row);
  }

  watch() {
    clearTimeout(this.hush);
    this.hush = setTimeout(() => this.reading?.abort(), SILENT_MS);
  }

  lost(mine, status) {
    if (this.reading !== mine) return;
    this.reading = null;
    clearTimeout(this.hush);
    if (status === 401 || status === 403) {
      this.changed("refused", status);
      return; // Until another token is given, asking again is only noise.
    }
    this.changed("waiting", status);
    this.timer = setTimeout(() => this.read(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(LAST_WAIT_MS, this.wait * 2);
  }
}

// The header is cut to whole seconds: a difference that small is none.
function skewOf(date) {
  const ahead = Date.parse(date ?? "") + 500 - Date.now();
  return Math.abs(ahead) > 2000 ? ahead : 0;
}
