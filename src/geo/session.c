/* PROJ contexts: one for each object, because a context serves one thread at a time (PROJ manual, "Threads"). */
#include "session.h"

static void keep_message(void *data, int level, const char *message)
{
	ThusoSession *session = data;
	if (level != PJ_LOG_ERROR)
		return;
	g_free(session->message);
	session->message = thuso_escape(message);
}

ThusoSession *thuso_session_new(void)
{
	ThusoSession *session = g_new0(ThusoSession, 1);
	session->context = proj_context_create();
	proj_log_level(session->context, PJ_LOG_ERROR);
	proj_log_func(session->context, session, keep_message);
	proj_context_set_enable_network(session->context, 0);
	return session;
}

void thuso_session_free(ThusoSession *session)
{
	if (!session)
		return;
	proj_context_destroy(session->context);
	g_free(session->message);
	g_free(session);
}

const char *thuso_session_message(const ThusoSession *session)
{
	return session->message ? session->message : "PROJ gives no reason";
}
