/* PROJ contexts: one for each object in use, because a context serves one thread at a time (PROJ manual, "Threads"). A new one reads
 * PROJ's settings, opens its database and has everything to look up again, so each thread keeps the one it gave back last. It goes
 * to the next object whole: nothing that is ever set on it differs between objects. */
#include "session.h"

static void destroy(gpointer data)
{
	ThusoSession *session = data;
	proj_context_destroy(session->context);
	g_free(session->message);
	g_free(session);
}

static GPrivate spare = G_PRIVATE_INIT(destroy);

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
	ThusoSession *session = g_private_get(&spare);
	if (session) {
		g_private_set(&spare, NULL);
		return session;
	}
	session = g_new0(ThusoSession, 1);
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
	g_clear_pointer(&session->message, g_free);
	if (g_private_get(&spare))
		destroy(session);
	else
		g_private_set(&spare, session);
}

const char *thuso_session_message(const ThusoSession *session)
{
	return session->message ? session->message : "PROJ gives no reason";
}
