// Writes the command line that does the same as a request of the page.

/**
 * A word quoted for sh.
 * @param {string} word
 */
export function quote(word) {
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(word)) return word
  return `'` + word.replaceAll(`'`, `'\\''`) + `'`
}

/**
 * @param {import('./api.js').Action} action
 * @param {string} origin such as http://127.0.0.1:8500
 */
export function curl(action, origin) {
  const words = ['curl', '-sS']
  if (action.method === 'POST' && action.body !== undefined) words.push(quote(origin + action.path))
  else if (action.method === 'GET') words.push(quote(origin + action.path))
  else words.push('-X', action.method, quote(origin + action.path))
  if (action.body !== undefined) words.push('--data-raw', quote(bodyText(action)))
  return words.join(' ')
}

/**
 * The body of a request as text.
 * @param {import('./api.js').Action} action
 */
export function bodyText(action) {
  return typeof action.body === 'string' ? action.body : JSON.stringify(action.body)
}
