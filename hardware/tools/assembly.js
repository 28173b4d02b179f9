const all = (q) => [...document.querySelectorAll(q)];
const root = document.documentElement;
const box = document.body.dataset.key;
const store = {
  get: (k) => { try { return localStorage.getItem(`${box}-${k}`); } catch { return null; } },
  set: (k, v) => { try { localStorage.setItem(`${box}-${k}`, v); } catch { /* a page from a file may have no storage */ } },
};
const rows = all("tr.group"), parts = all(".part");
const refsOf = (row) => row.dataset.refs.split(" ");
const known = new Set(rows.flatMap(refsOf).map((r) => r.toLowerCase()));
const keysOf = (row) => refsOf(row).map((r) => r + row.dataset.later);      // U1 is the socket's tick, U1+ that of what goes into it
const ticked = new Set(stored());

function stored() {
  try { return JSON.parse(store.get("done") ?? "[]").filter((k) => typeof k === "string"); } catch { return []; }
}

function showTicks() {
  for (const row of rows) {
    const keys = keysOf(row), done = keys.every((k) => ticked.has(k)), tick = row.querySelector("input");
    row.classList.toggle("done", done);
    if (tick) { tick.checked = done; tick.indeterminate = !done && keys.some((k) => ticked.has(k)); }
  }
  for (const part of parts) part.classList.toggle("done", ticked.has(part.dataset.ref));
  const wanted = rows.filter((r) => r.querySelector("input")).flatMap(keysOf), have = wanted.filter((r) => ticked.has(r)).length;
  document.querySelector("progress").value = wanted.length ? have / wanted.length : 0;
  document.querySelector("#count").textContent = `${have} of ${wanted.length}`;
  for (const tick of all("[data-one]")) tick.checked = ticked.has(tick.dataset.one);
  store.set("done", JSON.stringify([...ticked]));
}

function select(row, refs) {
  for (const other of rows) other.classList.toggle("on", other === row);
  for (const part of parts) part.classList.toggle("on", refs.includes(part.dataset.ref));
  document.querySelector("#about").innerHTML = row ? about(row, refs) : document.querySelector("#hello").innerHTML;
  if (row && !document.querySelector(`figure:not([hidden]) .part.on`)) show(row.dataset.side);
}

function about(row, refs) {
  const text = (q) => row.querySelector(q)?.innerHTML ?? "";
  const tick = row.querySelector("input") && refs.length === 1
    ? `<label><input type="checkbox" data-one="${refs[0]}${row.dataset.later}" ${ticked.has(refs[0] + row.dataset.later) ? "checked" : ""}> placed</label>` : "";
  return `<strong>${refs.join(" ")}: ${text(".value")}</strong> ${tick}<p>${text(".number")}</p>`;
}

function show(side) {
  for (const figure of all("figure")) figure.hidden = side !== "both" && figure.id !== side;
  for (const button of all("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === side));
  store.set("side", side);
}

/** A word as typed and as the list writes values: 4.7k or 4,7kΩ is 4k7, 100nF is 100n, 22 Ω or 22 ohm is 22R. */
function spellings(word) {
  const value = word.replace("µ", "u").replace("μ", "u").replace(/^(\d+)(ohms?|ω)$/, "$1r").replace(/^(\d[\d.,]*[pnukm])(f|ohms?|ω)$/, "$1")
    .replace(/^(\d+)[.,](\d+)([pnukmr])$/, "$1$3$2");
  return [word, value];
}

/** Of several references any will do, of other words each must be there. */
function find(typed) {
  const joined = typed.toLowerCase().replace(/(\d) +(?=([pnuµμkm]?f|[km]?(ω|ohms?))(\s|$))/g, "$1");
  const words = joined.split(/[\s;]+|,(?!\d)/).filter(Boolean), asked = words.filter((w) => known.has(w)), shown = new Set();
  const others = words.filter((w) => !known.has(w)).map(spellings);
  for (const row of rows) {
    const text = `${row.textContent} ${row.dataset.kind}`.toLowerCase(), mine = refsOf(row).filter((r) => !asked.length || asked.includes(r.toLowerCase()));
    const hit = mine.length > 0 && others.every((w) => w.some((s) => text.includes(s)));
    row.hidden = !hit;
    if (hit) for (const r of mine) shown.add(r);
  }
  for (const part of parts) part.classList.toggle("dim", !shown.has(part.dataset.ref));
  for (const step of all("tr.step")) {
    let next = step.nextElementSibling, any = false;
    while (next && !next.classList.contains("step")) { any ||= !next.hidden; next = next.nextElementSibling; }
    step.hidden = !any;
  }
  document.querySelector("#none").hidden = rows.some((r) => !r.hidden);
}

for (const row of rows) {
  row.addEventListener("click", (e) => { if (!e.target.closest("input")) select(row, refsOf(row)); });
  row.addEventListener("keydown", (e) => { if (e.key === "Enter" && e.target === row) select(row, refsOf(row)); });
  row.querySelector("input")?.addEventListener("change", (e) => {
    for (const k of keysOf(row)) e.target.checked ? ticked.add(k) : ticked.delete(k);
    showTicks();
  });
}
for (const part of parts) part.addEventListener("click", () => {
  const row = rows.find((r) => refsOf(r).includes(part.dataset.ref));
  if (!row) return;
  select(row, [part.dataset.ref]);
  row.scrollIntoView({ block: matchMedia("(max-width: 60rem)").matches ? "start" : "nearest" });
});
document.querySelector("#about").addEventListener("change", (e) => {
  e.target.checked ? ticked.add(e.target.dataset.one) : ticked.delete(e.target.dataset.one);
  showTicks();
});
for (const button of all("[data-show]")) button.addEventListener("click", () => show(button.dataset.show));
document.querySelector("input[type=search]").addEventListener("input", (e) => find(e.target.value));
document.querySelector("#clear").addEventListener("click", () => { if (confirm("Take back all ticks?")) { ticked.clear(); showTicks(); } });
const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
document.querySelector("#theme").addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; store.set("theme", root.dataset.theme); });
document.addEventListener("keydown", (e) => { if (e.key === "Escape") select(null, []); });
if (store.get("theme")) root.dataset.theme = store.get("theme");
show(store.get("side") ?? "top");
showTicks();
