// What makes a part of a picture a button: it is reached by Tab, and a click, Enter and
// Space press it.

/**
 * @param {() => void} press
 * @param {string} label
 * @param {{reached?: boolean, keys?: (e: KeyboardEvent) => void}} [more] whether Tab reaches it, and what other keys do
 */
export function pressed(press, label, {reached = true, keys} = {}) {
  return {
    role: 'button', tabindex: reached ? 0 : -1, 'aria-label': label, onClick: (/** @type {Event} */ e) => { e.stopPropagation(); press() },
    onKeyDown: (/** @type {KeyboardEvent} */ e) => {
      if (e.key === 'Enter' || e.key === ' ') {
        e.preventDefault()
        press()
      } else if (keys) keys(e)
    },
  }
}
