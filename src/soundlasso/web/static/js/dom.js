// Making and finding elements.

export const $ = (id) => document.getElementById(id);

/** An element with properties, attributes and children; `on` holds its listeners. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, value);
    else if (value !== undefined && value !== null) element[name] = value;
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line drawing of 24 by 24. */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "glyph");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  play: "M8 5.500v13l10.500-6.500z",
  pause: "M8.500 5.500v13M15.500 5.500v13",
  loop: "M4 12V9.500A3.500 3.500 0 0 1 7.500 6H19m0 0-3-3m3 3-3 3M20 12v2.500a3.500 3.500 0 0 1-3.500 3.500H5m0 0 3 3m-3-3 3-3",
  start: "M6 5.500v13M18 6l-8.500 6 8.500 6z",
  close: "M6 6l12 12M18 6 6 18",
  bin: "M5 7h14M10 7V4.500h4V7M7 7l1 12.500h8L17 7",
  again: "M4.500 12a7.500 7.500 0 1 0 2.200-5.300L4.500 9m0-4.500V9H9",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400",
  moon: "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10",
  auto: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17M12 3.500v17M15 5v14M18 6.500v11",
};

/** Says something to those who listen to the page instead of looking at it. */
export function announce(text) {
  $("announce").textContent = text;
}
