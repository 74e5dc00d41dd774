/** What stands in for a view that is not there yet. */

export const Coming = () => (
  <section class="panel">
    <p class="quiet">This view is not there yet.</p>
  </section>
)
