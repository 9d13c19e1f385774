import type { LocalText } from "../api/types";

/** What a person is told when the server says no, by the refusal's stable name. */
export const REFUSALS: Readonly<Record<string, LocalText>> = {
  // The connection and the protocol.
  network: { zh: "连不上服务器，请检查网络后重试。", en: "The server cannot be reached. Check the network and try again." },
  timeout: { zh: "服务器没有及时回应，请重试。", en: "The server did not answer in time. Try again." },
  transport_closed: { zh: "连接中断，请重试。", en: "The connection broke. Try again." },
  connection_closed: { zh: "连接中断，请重试。", en: "The connection broke. Try again." },
  internal_server_error: { zh: "服务器出错了，请稍后再试。", en: "Something went wrong on the server. Try again later." },
  unavailable: { zh: "服务暂时不可用，请稍后再试。", en: "The service is not available just now. Try again later." },
  unauthorized: { zh: "请先登录。", en: "Log in first." },
  token_expired: { zh: "登录已过期，请重新登录。", en: "Your session has ended. Log in again." },
  permission_denied: { zh: "你没有权限这样做。", en: "You may not do this." },
  forbidden: { zh: "你没有权限这样做。", en: "You may not do this." },
  bad_request: { zh: "输入有误，请检查后重试。", en: "Something entered is not right. Check it and try again." },
  not_found: { zh: "没有找到。", en: "It was not found." },
  method_not_found: { zh: "服务器不支持此操作。", en: "The server does not know how to do this." },
  too_many_requests: { zh: "操作太频繁，请稍等一下。", en: "That was too often. Wait a moment." },
  limit_exceeded: { zh: "超出了限制。", en: "That is more than is allowed." },
};
