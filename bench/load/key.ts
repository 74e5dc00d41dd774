/** The key that the server of the load bench knows. */
export const benchKey = 'bench'
