// Suggestions under a field while typing: arrows, Enter, Escape; without script a button searches.
(() => {
  const WAIT = 200;

  class Combobox {
    constructor(root) {
      this.root = root;
      this.input = root.querySelector('.combobox > input');
      this.options = [];
      this.active = -1;
      this.list = document.createElement('ul');
      this.list.id = `${this.input.id}-list`;
      this.list.className = 'suggestions';
      this.list.setAttribute('role', 'listbox');
      this.list.hidden = true;
      this.status = document.createElement('p');
      this.status.className = 'visually-hidden';
      this.status.setAttribute('role', 'status');
      this.input.after(this.list);
      root.querySelector('.combobox').after(this.status);
      for (const [name, value] of Object.entries({
        role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': this.list.id,
      })) this.input.setAttribute(name, value);
      root.querySelector('[data-no-script]')?.remove();
      for (const [value, text] of JSON.parse(root.dataset.putBack || '[]')) this.add(root.dataset.adds, value, text); // typed.js
      this.input.addEventListener('input', () => this.later());
      this.input.addEventListener('keydown', (event) => this.key(event));
      this.input.addEventListener('blur', () => setTimeout(() => {
        if (document.activeElement !== this.input) this.close();
      }, 150));
      for (const button of root.querySelectorAll('[data-ask]')) {
        button.type = 'button'; // Enter in a field must not press it
        button.addEventListener('click', () => {
          this.input.value = button.dataset.ask;
          this.input.focus();
          this.ask();
        });
      }
      this.list.addEventListener('mousedown', (event) => {
        event.preventDefault();
        const at = this.options.indexOf(event.target.closest('li'));
        if (at >= 0) this.choose(at);
      });
    }

    later() {
      this.isWaiting = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), WAIT);
    }

    async ask() {
      clearTimeout(this.timer);
      const query = this.input.value.trim();
      if (!query) return this.close();
      this.asked = query;
      let answer;
      try {
        const response = await fetch(`${this.root.dataset.url}?q=${encodeURIComponent(query)}`, { redirect: 'manual' });
        if (!response.ok) return this.close();
        answer = await response.json();
      } catch { return this.close(); }
      if (this.asked !== query) return;
      this.isWaiting = false;
      jiqun.afterPress(() => this.show(answer.found, answer.note));
    }

    show(found, note) {
      this.list.replaceChildren(...found.map((one, at) => {
        const option = document.createElement('li');
        option.id = `${this.list.id}-${at}`;
        option.setAttribute('role', 'option');
        option.dataset.value = one.value;
        option.textContent = one.text;
        return option;
      }));
      this.options = [...this.list.children];
      this.active = -1;
      this.list.hidden = !found.length;
      this.input.setAttribute('aria-expanded', String(found.length > 0));
      const words = found.length ? this.root.dataset.count.replace('{n}', found.length) : this.root.dataset.none;
      if (note) this.list.dataset.note = note; else delete this.list.dataset.note; // above the options, said by the status
      this.status.textContent = note ? `${note} ${words}` : words;
      this.status.classList.toggle('visually-hidden', found.length > 0);
    }

    key(event) {
      if (event.isComposing || event.keyCode === 229) return; // 229: the key belongs to an input method
      const open = !this.list.hidden;
      if (event.key === 'ArrowDown' && open) this.move(this.active + 1);
      else if (event.key === 'ArrowUp' && open) this.move(this.active - 1);
      else if (event.key === 'Enter' && open) this.choose(Math.max(this.active, 0));
      else if (event.key === 'Enter' && this.isWaiting) this.ask(); // not yet answered: do not send the form
      else if (event.key === 'Escape' && open) this.close();
      else return;
      event.preventDefault();
    }

    move(to) {
      this.active = (to + this.options.length) % this.options.length;
      this.options.forEach((option, at) => option.setAttribute('aria-selected', String(at === this.active)));
      this.input.setAttribute('aria-activedescendant', this.options[this.active].id);
      this.options[this.active].scrollIntoView({ block: 'nearest' });
    }

    choose(at) {
      const option = this.options[at];
      if (!option) return;
      const name = this.root.dataset.adds;
      if (name) this.add(name, option.dataset.value, option.textContent);
      this.input.value = name ? '' : option.textContent;
      this.root.querySelector('[data-found]')?.remove();
      this.tell(this.input);
      this.close();
    }

    // A choice is no typing: who keeps what is typed hears of it by this.
    tell(control) { control.dispatchEvent(new CustomEvent('jiqun:chosen', { bubbles: true })); }

    add(name, value, text) {
      const chosen = this.root.querySelector('[data-chosen]');
      const known = [...chosen.querySelectorAll('input')].find((box) => box.value === value);
      if (known) { known.checked = true; this.tell(known); return; }
      const item = document.createElement('li');
      item.className = 'form-check';
      const box = Object.assign(document.createElement('input'), {
        type: 'checkbox', name, value, checked: true, className: 'form-check-input', id: `${name}-${value}`,
      });
      const label = Object.assign(document.createElement('label'), {
        className: 'form-check-label', htmlFor: box.id, textContent: text,
      });
      item.append(box, ' ', label);
      chosen.append(item);
      this.tell(box);
    }

    close() {
      this.list.hidden = true;
      this.isWaiting = false;
      this.active = -1;
      this.input.setAttribute('aria-expanded', 'false');
      this.input.removeAttribute('aria-activedescendant');
    }
  }

  document.querySelectorAll('[data-combobox]').forEach((root) => new Combobox(root));
})();
