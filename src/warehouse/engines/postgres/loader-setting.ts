/** What a transaction of the loader begins with: it does all that triggers do for plain SQL, so they keep off. */
export const loaderSetting = "SET LOCAL takings.loading = 'on'"

/** Condition of every trigger. */
export const notLoading = "coalesce(current_setting('takings.loading', true), '') <> 'on'"
