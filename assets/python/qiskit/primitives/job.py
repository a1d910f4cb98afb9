"""What ``run`` returns. The work is done when ``result`` is first asked for, in the same thread."""

from .._subset import SubsetObject


class PrimitiveJob(SubsetObject):
    """A job whose result is computed once."""

    _next_number = 1

    def __init__(self, compute):
        self._compute, self._result = compute, None
        self._number = PrimitiveJob._next_number
        PrimitiveJob._next_number += 1

    def result(self):
        """Returns the result."""
        if self._result is None:
            self._result = self._compute()
        return self._result

    def job_id(self):
        """Returns a number that tells jobs apart."""
        return f"job-{self._number}"

    def status(self):
        """Returns DONE: a job is as good as done when it exists."""
        return "DONE"

    def done(self):
        """Returns True."""
        return True

    def in_final_state(self):
        """Returns True."""
        return True

    def cancelled(self):
        """Returns False: jobs cannot be cancelled."""
        return False
