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
const ticked = new Set(JSON.parse(store.get("done") ?? "[]"));

function showTicks() {
  for (const row of rows) {
    const refs = refsOf(row), done = refs.every((r) => ticked.has(r)), tick = row.querySelector("input");
    row.classList.toggle("done", done);
    if (tick) { tick.checked = done; tick.indeterminate = !done && refs.some((r) => ticked.has(r)); }
  }
  for (const part of parts) part.classList.toggle("done", ticked.has(part.dataset.ref));
  const wanted = rows.filter((r) => r.querySelector("input")).flatMap(refsOf), have = wanted.filter((r) => ticked.has(r)).length;
  document.querySelector("progress").value = wanted.length ? have / wanted.length : 0;
  document.querySelector("#count").textContent = `${have} of ${wanted.length} placed`;
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
    ? `<label><input type="checkbox" data-one="${refs[0]}" ${ticked.has(refs[0]) ? "checked" : ""}> placed</label>` : "";
  return `<strong>${refs.join(" ")}: ${text(".value")}</strong> ${tick}<p>${text(".number")}</p>`;
}

function show(side) {
  for (const figure of all("figure")) figure.hidden = side !== "both" && figure.id !== side;
  for (const button of all("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === side));
  store.set("side", side);
}

function find(words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean), shown = new Set();
  for (const row of rows) {
    const text = row.textContent.toLowerCase(), names = refsOf(row).map((r) => r.toLowerCase());
    const hit = wanted.every((w) => (known.has(w) ? names.includes(w) : text.includes(w)));
    row.hidden = !hit;
    if (hit) for (const r of refsOf(row)) shown.add(r);
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
    for (const r of refsOf(row)) e.target.checked ? ticked.add(r) : ticked.delete(r);
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
