"use strict";
// What every page asks this server with: the token of the link, requests in JSON, answers that come in lines.
globalThis.server = (() => {
  const TOKEN = "sim-token";
  const GONE = "The program does not answer: is `sim serve` still running?";

  // The token of the address is kept by the browser, and taken out of the address.
  function takeToken() {
    const values = new URLSearchParams(location.hash.slice(1));
    const given = values.get("token");
    if (!given) return;
    localStorage.setItem(TOKEN, given);
    values.delete("token");
    const rest = values.toString();
    history.replaceState(null, "", rest ? `#${rest}` : location.pathname);
  }

  function readToken() {
    return localStorage.getItem(TOKEN) || "";
  }

  async function ask(path, body, signal) {
    const headers = { "Content-Type": "application/json", "X-Sim-Token": readToken() };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal });
    if (!response.ok) throw new Error(await response.text());
    return response;
  }

  async function* readLines(response) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) yield JSON.parse(line);
    }
  }

  function explain(error) {
    return error instanceof TypeError ? GONE : error.message;
  }

  return { takeToken, readToken, ask, readLines, explain };
})();
