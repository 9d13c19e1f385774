package io.jishi.flashsales;

/**
 * Whose turn comes next, without I/O. A turn is a promise: there are units for everybody who has one. So no more turns
 * are open than what is left can serve, were each buyer to take as many as allowed.
 *
 * @param admitted the last place that has its turn
 * @param reaches the last place up to which the units last in any case
 * @param mayReach the last place up to which they last in the best case
 */
record TurnPlan(int admitted, int reaches, int mayReach) {

    /**
     * What one snapshot shows of the units.
     *
     * @param left units that nobody has claimed
     * @param unpaid units that are claimed and not paid: they may come back
     * @param promised what those whose turn it is may still take
     * @param empty how many of them have nothing yet
     */
    record Units(int left, int unpaid, long promised, int empty) {}

    /**
     * @param limit units that one buyer may take
     * @param paceMax turns that may begin now
     */
    static TurnPlan next(LobbyState lobby, Units units, int limit, int paceMax) {
        int certain = certain(units, limit);
        int begin = Math.max(0, Math.min(Math.min(lobby.waiting(), paceMax), certain));
        long best = (long) units.left() + units.unpaid() - units.empty();
        return new TurnPlan(lobby.admitted() + begin, lobby.admitted() + certain, (int)
                Math.min(Integer.MAX_VALUE, lobby.admitted() + Math.max(certain, best)));
    }

    /** How many more turns the units last for. What is less than one buyer may take is offered to one at a time. */
    private static int certain(Units units, int limit) {
        long unpromised = units.left() - units.promised();
        if (unpromised >= limit) {
            return (int) (unpromised / limit);
        }
        return units.promised() == 0 && units.left() > 0 ? 1 : 0;
    }
}
