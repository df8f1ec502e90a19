// Passkeys: the browser asks the person, the console asks the browser. Without this script, or without passkeys, the forms stay hidden and the password does.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !PublicKeyCredential.parseRequestOptionsFromJSON) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const told = form.querySelector(".told");
    form.hidden = false;
    form.querySelector("button").addEventListener("click", async () => {
      if (!form.reportValidity()) return;
      told.hidden = true;
      try {
        const token = new FormData();
        token.append("__RequestVerificationToken", form.elements["__RequestVerificationToken"].value);
        const asked = await fetch(form.dataset.passkey, { method: "POST", body: token, credentials: "same-origin" });
        if (!asked.ok) throw new Error(form.dataset.old);
        const question = await asked.json();
        const credential = "new" in form.dataset
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(question) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(question) });
        form.elements["answer"].value = JSON.stringify(credential.toJSON());
        form.submit();
      } catch (error) {
        told.textContent = error.name === "NotAllowedError" ? form.dataset.notAllowed : error.message;
        told.hidden = false;
      }
    });
  }
})();
