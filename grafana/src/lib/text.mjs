// Every text of a dashboard is written once in both languages; labels' values stay as the metrics have them.

/** @typedef {'en' | 'ja'} Language */
/** @typedef {{en: string, ja: string}} Text */

/** @type {Language[]} */
export const LANGUAGES = ['en', 'ja'];

/**
 * @param {string} en
 * @param {string} ja
 * @returns {Text}
 */
export const t = (en, ja) => ({en, ja});

/**
 * @param {Text | string} text a plain string is the same in both editions
 * @param {Language} language
 */
export const say = (text, language) => (typeof text === 'string' ? text : text[language]);
