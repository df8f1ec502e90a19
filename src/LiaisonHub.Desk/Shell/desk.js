// Everything works without this file. It saves drafts while somebody writes, moves by keys, and looks again while an answer is awaited.
(() => {
  "use strict";

  const isWriting = target => target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

  // Keys.
  let before = "";
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    const key = event.key;
    const leads = { w: "/desk", f: "/desk/files", n: "/desk/new" };
    if (before === "g" && leads[key]) location.href = leads[key];
    else if (key === "/") document.getElementById("search")?.focus();
    else if (key === "?") document.getElementById("keys")?.showModal();
    else if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
    else { before = key; return; }
    before = "";
    event.preventDefault();
  });

  function move(step) {
    const rows = [...document.querySelectorAll("[data-rows] [data-row]")];
    if (rows.length === 0) return;
    const at = rows.indexOf(document.activeElement);
    rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step))].focus();
  }

  // What is wrong is read first.
  document.getElementById("problems")?.focus();

  // Drafts: a while after the last key, and when the page is left. Files wait for the buttons.
  const form = document.querySelector("form[data-draft]");
  if (form) {
    const state = document.getElementById("draft-state");
    let timer = 0, changed = false, leaving = false;
    const content = () => {
      const data = new FormData(form);
      for (const input of form.querySelectorAll("input[type=file]")) data.delete(input.name);
      data.set("do", "save");
      return data;
    };
    const save = async () => {
      if (!changed || leaving) return;
      changed = false;
      try {
        const answer = await fetch(form.action, { method: "POST", body: content(), headers: { "X-Draft": "1" }, redirect: "error" });
        if (!answer.ok) throw new Error();
        state.textContent = `Draft saved at ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}.`;
      } catch {
        changed = true;
        state.textContent = "The draft could not be saved just now; it is tried again. The button “Save draft” does the same.";
        timer = setTimeout(save, 15000);
      }
    };
    form.addEventListener("input", () => {
      changed = true;
      state.textContent = "Not saved yet.";
      clearTimeout(timer);
      timer = setTimeout(save, 2000);
    });
    form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); });
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
    // Files chosen are taken at once: nobody has to know of the button.
    form.addEventListener("change", event => {
      if (event.target.type === "file" && event.target.files.length > 0) {
        leaving = true;
        form.requestSubmit(event.target.parentElement.querySelector("button[value=files]"));
      }
    });
  }

  // One click sends once; the desk would take a second for the same act anyway.
  for (const once of document.querySelectorAll("form[data-once]"))
    once.addEventListener("submit", () => setTimeout(() => { for (const button of once.querySelectorAll("button")) button.disabled = true; }));

  // The hub's answer: looked for ten times, unless somebody has begun to do something.
  const waiting = document.querySelector("[data-waiting]");
  if (waiting) {
    let looks = Number(sessionStorage.getItem(location.pathname) || 0);
    if (looks < 10)
      setTimeout(() => {
        if (document.activeElement && document.activeElement !== document.body && document.activeElement.id !== "main") return;
        sessionStorage.setItem(location.pathname, String(looks + 1));
        location.reload();
      }, 3000);
  } else sessionStorage.removeItem(location.pathname);

  for (const print of document.querySelectorAll("[data-print]")) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
})();
