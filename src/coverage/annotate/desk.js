// The coding desk: one article at a time, mentions of the vote marked, the outlet hidden. Everything the kernel sends is put in
// as text, never as HTML. A key sends one message; nothing more is taken until the kernel says that it is on disk.
const PATIENCE_MS = 6000;

function render({ model, el }) {
  el.classList.add("coding-desk");
  el.setAttribute("role", "region");
  el.setAttribute("aria-label", model.get("heading"));
  const keys = model.get("code_keys"), howMuch = model.get("how_much");
  const make = (tag, name, parent, words = "") => {
    const made = document.createElement(tag);
    made.className = name;
    made.textContent = words;
    parent.append(made);
    return made;
  };
  const head = make("div", "desk-head", el);
  make("span", "desk-heading", head, model.get("heading"));
  const progress = make("span", "desk-progress", head);
  const bar = make("progress", "desk-bar", head);
  bar.setAttribute("aria-label", "coded");
  const text = make("article", "desk-text", el);
  text.tabIndex = 0;
  text.setAttribute("aria-label", "article to code; keys 1 to 4 and 0 code it, u undoes, n goes to the note");
  const said = make("ul", "desk-said", el);
  said.setAttribute("aria-label", "codes given so far");
  const buttons = make("div", "desk-buttons", el);
  buttons.setAttribute("role", "group");
  buttons.setAttribute("aria-label", "codes");
  const more = make("div", "desk-buttons desk-more", el);
  more.setAttribute("role", "group");
  more.setAttribute("aria-label", "how much of it is about the vote, optional");
  const note = make("input", "desk-note", el);
  note.placeholder = "Note (n), optional; Esc goes back to the article";
  note.setAttribute("aria-label", "note");
  const status = make("div", "desk-status", el);
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  const book = make("details", "desk-book", el);
  make("summary", "", book, "Codebook");
  make("pre", "", book, model.get("codebook"));

  let waiting = null, chosen = null;
  const button = (key, words, parent, act) => {
    const made = make("button", "", parent);
    made.type = "button";
    make("kbd", "", made, key);
    made.append(` ${words}`);
    made.setAttribute("aria-keyshortcuts", key);
    made.onclick = act;
    return made;
  };
  const say = (words, isBad) => {
    status.textContent = words;
    status.classList.toggle("desk-bad", isBad);
  };
  const able = () => {
    const page = model.get("page");
    for (const b of buttons.querySelectorAll("button")) b.disabled = waiting !== null || (b.dataset.code && !page.id);
    for (const [value, b] of choices) b.setAttribute("aria-pressed", String(value === chosen));
  };
  const send = (message) => {
    const page = model.get("page");
    if (waiting !== null || (message.code && !page.id)) return;
    waiting = setTimeout(() => {
      waiting = null;
      say("NOT SAVED: the kernel does not answer. When it is back, run the cell again: all codes before this one are kept.", true);
      able();
    }, PATIENCE_MS);
    say("saving …", false);
    able();
    model.send({ ...message, note: note.value, about_vote: chosen, item: page.id });
  };
  const inKeyboardOrder = Object.entries(keys).sort(([a], [b]) => (Number(a) || 10) - (Number(b) || 10));
  for (const [key, code] of inKeyboardOrder) button(key, code === "none" ? "not about it" : code, buttons, () => send({ code })).dataset.code = code;
  button("u", "undo", buttons, () => send({ undo: true })).classList.add("desk-undo");
  const choose = (value) => { chosen = chosen === value ? null : value; able(); };
  const choices = Object.entries(howMuch).map(([key, value]) => [value, button(key, value, more, () => { choose(value); text.focus(); })]);

  el.addEventListener("keydown", (event) => {
    event.stopPropagation(); // JupyterLab's own shortcuts stay out of it
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target === note) {
      if (event.key === "Escape" || event.key === "Enter") { event.preventDefault(); text.focus(); }
      return;
    }
    if (event.repeat) return; // a key held down codes one article, not thirty
    const act = keys[event.key] ? () => send({ code: keys[event.key] })
      : howMuch[event.key] ? () => choose(howMuch[event.key])
      : event.key === "u" ? () => send({ undo: true })
      : event.key === "n" ? () => note.focus()
      : null;
    if (act) { event.preventDefault(); act(); }
  });

  const draw = () => {
    const page = model.get("page");
    if (waiting !== null) clearTimeout(waiting);
    waiting = null;
    const isSame = text.dataset.item === page.id;
    progress.textContent = `${page.done} of ${page.total} coded`;
    bar.max = Math.max(page.total, 1);
    bar.value = page.done;
    say(page.status, page.status.startsWith("NOT SAVED"));
    if (!isSame) {
      text.dataset.item = page.id;
      text.lang = page.lang || "en";
      text.dir = "auto";
      text.replaceChildren();
      for (const [kind, pieces] of page.blocks) {
        const block = make(kind === "title" ? "h3" : "p", "", text);
        for (const [words, isMarked] of pieces) make(isMarked ? "mark" : "span", "", block, words);
      }
      if (!page.id) make("p", "desk-end", text, page.total ? "All done. Thank you." : "Nothing to do here.");
      said.replaceChildren();
      for (const words of page.said) make("li", "", said, words);
      note.value = page.note;
      chosen = null;
      text.scrollTop = 0;
    }
    able();
    if (el.contains(document.activeElement) && document.activeElement !== note) text.focus();
  };
  model.on("change:page", draw);
  draw();
  const timer = setTimeout(() => text.focus({ preventScroll: true }), 50);
  return () => { clearTimeout(timer); clearTimeout(waiting); model.off("change:page", draw); };
}
export default { render };
