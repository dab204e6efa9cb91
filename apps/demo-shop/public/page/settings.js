import { messages } from './messages.js';

/** Language and theme: what this person chose, else what the browser says. */
export const settings = {
  language: localStorage.getItem('language') ?? (navigator.language.startsWith('ko') ? 'ko' : 'en'),
  theme: localStorage.getItem('theme') ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'),
};

export function applySettings() {
  document.documentElement.lang = settings.language;
  document.documentElement.dataset.theme = settings.theme;
}

export function choose(setting, value) {
  settings[setting] = value;
  localStorage.setItem(setting, value);
  applySettings();
}

/** The text in this person's language, with `{names}` filled in; the key where there is none: statuses and codes are their own names. */
export function t(key, values = {}) {
  const text = messages[settings.language][key] ?? key.replace(/^word\./, '');
  return text.replaceAll(/\{(\w+)\}/g, (_all, name) => values[name] ?? '');
}

export function won(krw) {
  const digits = Number(krw).toLocaleString(settings.language === 'ko' ? 'ko-KR' : 'en-US');
  return settings.language === 'ko' ? `${digits}원` : `₩${digits}`;
}

export function clockTime(ms) {
  const options = { hour12: false, hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 };
  return new Date(ms).toLocaleTimeString(settings.language === 'ko' ? 'ko-KR' : 'en-GB', options);
}
