/* libauparse in C on the stream of audit-parse.mjs: takes the name of every PATH record, as its Python side does. */
#include <auparse.h>
#include <stdio.h>
#include <sys/resource.h>

static double cpu_seconds(void)
{
	struct rusage used;
	getrusage(RUSAGE_SELF, &used);
	return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
	const int path_record = 1302;
	double before = cpu_seconds();
	long events = 0, names = 0;
	auparse_state_t *parser = argc == 2 ? auparse_init(AUSOURCE_FILE, argv[1]) : NULL;
	if (parser == NULL)
		return 1;
	while (auparse_next_event(parser) > 0) {
		events++;
		auparse_first_record(parser);
		do {
			if (auparse_get_type(parser) == path_record && auparse_find_field(parser, "name") != NULL &&
			    auparse_get_field_str(parser) != NULL)
				names++;
		} while (auparse_next_record(parser) > 0);
	}
	printf("{\"cpuS\":%f,\"events\":%ld,\"names\":%ld}\n", cpu_seconds() - before, events, names);
	auparse_destroy(parser);
	return 0;
}
