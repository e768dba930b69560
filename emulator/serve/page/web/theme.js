// The theme: that of the system, unless the reader chose one. The choice is remembered.

const key = 'emulator.theme'

/** @param {import('./store.js').Store} store */
export function keepTheme(store) {
  const saved = remembered()
  if (saved) store.set({theme: saved})
  const apply = () => {
    const {theme} = store.state
    const root = document.documentElement
    if ((root.dataset.theme || 'auto') === theme) return
    if (theme === 'auto') delete root.dataset.theme
    else root.dataset.theme = theme
    try { localStorage.setItem(key, theme) } catch { /* it is not allowed */ }
  }
  store.subscribe(apply)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => store.set({})) // what is painted gets its colours anew
  apply()
}

/** @returns {'light'|'dark'|null} */
function remembered() {
  try {
    const value = localStorage.getItem(key)
    return value === 'light' || value === 'dark' ? value : null
  } catch {
    return null
  }
}

/**
 * The theme that the switch chooses next.
 * @param {'auto'|'light'|'dark'} theme
 * @returns {'auto'|'light'|'dark'}
 */
export function nextTheme(theme) { return theme === 'auto' ? 'light' : theme === 'light' ? 'dark' : 'auto' }
