package io.jishi.realtime;

import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.Role;
import java.util.Set;

/**
 * Who asks. Built by the edge from a verified token, never from what the request says of itself.
 *
 * @param user the id's text form, empty for a guest
 * @param name the display name, empty for a guest
 * @param connection the connection's id, for logs
 * @param language {@code zh} or {@code en}
 * @param address where the connection comes from, as limits count it, never for logs; empty where that is not known or
 *     is this machine itself
 */
public record Caller(String user, String name, Set<Role> roles, String connection, String language, String address) {
    public Caller {
        roles = Set.copyOf(roles);
    }

    /** From nowhere in particular. */
    public Caller(String user, String name, Set<Role> roles, String connection, String language) {
        this(user, name, roles, connection, language, "");
    }

    Caller from(String where) {
        return new Caller(user, name, roles, connection, language, where);
    }

    public static Caller guest(String connection) {
        return new Caller("", "", Set.of(Role.GUEST), connection, "zh");
    }

    /** The user's id. Handlers call it only behind a rule of the authorisation table that keeps guests out. */
    public <U> Id<U> userId() {
        if (user.isEmpty()) {
            throw new Invalid("token", "Log in first.");
        }
        return Id.parse(user);
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }
}
