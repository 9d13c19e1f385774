package io.jishi.core;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Who somebody is to the shop. A user may have several; nobody logged in is a {@link #GUEST}. */
public enum Role {
    GUEST,
    VIEWER,
    HOST,
    COURIER,
    /** Looks after shelves: registers, restocks, sees alerts. */
    OPERATOR,
    /** Watches operations: couriers, deliveries, queues. */
    STAFF,
    ADMIN,
    /** A shelf, a scale, a lock: never a person. */
    DEVICE;

    /**
     * Reads the form on the wire.
     *
     * @throws Invalid where the text names no role
     */
    @JsonCreator
    public static Role parse(String text) {
        for (Role role : values()) {
            if (role.wireName().equals(text)) {
                return role;
            }
        }
        throw new Invalid("roles", "There is a role that is not known here.");
    }

    /** The form on the wire, in tokens and in the database: lower case. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
