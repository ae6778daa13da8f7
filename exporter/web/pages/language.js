// The language of the browser, and texts in it.
import {TEXTS} from './texts.js';

const LANGUAGES = ['en', 'ja'];

/** The first of the browser's languages that there are texts in; else English. */
export const language = (navigator.languages ?? [])
  .map((tag) => tag.toLowerCase().split('-')[0])
  .find((tag) => LANGUAGES.includes(tag)) ?? 'en';

/** A text with `{0}`, `{1}`, … replaced; of a key that there is none for, its last part. */
export function text(key, ...values) {
  const found = TEXTS[key]?.[LANGUAGES.indexOf(language)] ?? key.split('.').at(-1);
  return found.replace(/\{(\d)\}/g, (_, number) => values[number]);
}

/** Fills the page's `data-text` and `data-label`. */
export function translate() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = text(element.dataset.text);
  for (const element of document.querySelectorAll('[data-label]')) element.setAttribute('aria-label', text(element.dataset.label));
}
