/* Run inside a guest by a conformance case of command: prints the current folder. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
  char folder[PATH_MAX];

  return getcwd(folder, sizeof folder) == NULL || fputs(folder, stdout) < 0;
}
