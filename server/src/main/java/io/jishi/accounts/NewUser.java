package io.jishi.accounts;

import io.jishi.core.Role;
import java.util.List;

/** An account to be made by the server itself. */
public record NewUser(String name, String password, String displayName, List<Role> roles, String language) {
    static NewUser administrator(String name, String password) {
        return new NewUser(name, password, name, List.of(Role.VIEWER, Role.ADMIN), "zh");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "NewUser[name=" + name + "]";
    }
}
