/* Run inside a guest by the conformance cases of command and command_lines: the argument says which text to print. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char *argv[])
{
  static const char *const texts[] = {
    "Result1",
    "Result2\n",
    "\nResult3",
    "\nResult4\n",
    "\nResult5\n\n",
    "\n\nResult6\n\n",
    "",
    "\n",
    "\n\n",
    "Result10-1\nResult10-2\n",
    "Result11-1\nResult11-2",
  };
  int number = argc == 2 ? atoi(argv[1]) : 0;

  if (number < 1 || number > (int) (sizeof texts / sizeof texts[0]))
    return 1;
  return fputs(texts[number - 1], stdout) < 0;
}
