package io.jishi.edge;

import io.jishi.accounts.AccountMessage.DeviceLogin;
import io.jishi.accounts.AccountMessage.LoggedIn;
import io.jishi.accounts.AccountMessage.Login;
import io.jishi.accounts.AccountMessage.Logout;
import io.jishi.accounts.AccountMessage.Refresh;
import io.jishi.accounts.AccountMessage.Register;
import io.jishi.accounts.AccountRefusal;
import io.jishi.accounts.Accounts;
import io.jishi.realtime.Method;

/** Logging in by HTTP, because nobody is connected before. */
public final class AccountRoutes {
    static final Route<Register, LoggedIn> REGISTER = Route.post(
                    "/api/register", Register.class, LoggedIn.class, "Opens an account for a viewer and logs in.")
            .refusing(AccountRefusal.NAME_TAKEN, 409)
            .refusing(AccountRefusal.TOO_MANY_ATTEMPTS, 429)
            .refusing(AccountRefusal.BUSY, 503);
    static final Route<Login, LoggedIn> LOGIN = Route.post(
                    "/api/login", Login.class, LoggedIn.class, "Logs in with name and password.")
            .refusing(AccountRefusal.WRONG_CREDENTIALS, 401)
            .refusing(AccountRefusal.TOO_MANY_ATTEMPTS, 429)
            .refusing(AccountRefusal.BUSY, 503);
    static final Route<Refresh, LoggedIn> REFRESH = Route.post(
                    "/api/refresh",
                    Refresh.class,
                    LoggedIn.class,
                    "Trades a refresh token for a new pair; it is used up by that.")
            .refusing(AccountRefusal.SESSION_ENDED, 401)
            .refusing(AccountRefusal.TOO_MANY_ATTEMPTS, 429);
    static final Route<Logout, Method.Nothing> LOGOUT = Route.post(
                    "/api/logout", Logout.class, Method.Nothing.class, "Ends the session of a refresh token.")
            .answering(204);
    static final Route<DeviceLogin, LoggedIn> DEVICE_LOGIN = Route.post(
                    "/api/devices/login",
                    DeviceLogin.class,
                    LoggedIn.class,
                    "Logs a device in with its own secret; there is no refresh token.")
            .refusing(AccountRefusal.WRONG_CREDENTIALS, 401)
            .refusing(AccountRefusal.TOO_MANY_ATTEMPTS, 429);

    private AccountRoutes() {}

    public static void add(HttpEdge edge, Accounts accounts) {
        edge.add(REGISTER, request -> accounts.register(request.address(), request.body()))
                .add(LOGIN, request -> accounts.login(request.address(), request.body()))
                .add(REFRESH, request -> accounts.refresh(request.address(), request.body()))
                .add(LOGOUT, request -> accounts.logout(request.body()))
                .add(DEVICE_LOGIN, request -> accounts.login(request.address(), request.body()));
    }
}
