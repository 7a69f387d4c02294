// What the browser remembers for the page, as far as it does.

class Memory {
  /** `name`: localStorage or sessionStorage. */
  constructor(name) {
    this.name = name;
    // Where browsers are told to keep nothing, or have no room, it is known until the page is left.
    this.instead = new Map();
  }

  get(key) {
    if (this.instead.has(key)) return this.instead.get(key);
    try {
      return window[this.name].getItem(key);
    } catch {
      return null;
    }
  }

  set(key, value) {
    try {
      window[this.name].setItem(key, value);
      this.instead.delete(key);
    } catch {
      this.instead.set(key, value);
    }
  }

  remove(key) {
    this.instead.delete(key);
    try {
      window[this.name].removeItem(key);
    } catch {
      // Nothing was kept.
    }
  }
}

export const local = new Memory("localStorage");
export const session = new Memory("sessionStorage");

const KEYS = "soundlasso.keys";

/** Whether single keys act on a result: who speaks to a computer, or reads by keys, may not want them. */
export const keys = {
  get on() {
    return local.get(KEYS) !== "off";
  },
  set on(wanted) {
    if (wanted) local.remove(KEYS);
    else local.set(KEYS, "off");
  },
};
