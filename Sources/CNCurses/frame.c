#define _GNU_SOURCE
#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1
#include "CNCurses.h"

#include <curses.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

static SCREEN *screen;
static FILE *stream;
static int terminal_fd = -1;  // the terminal
static int output_fd = -1;    // what ncurses writes to: the terminal, or the frame
static int frame_fd = -1;

int cnc_memory_file(void) {
  int fd = memfd_create("playhead", MFD_CLOEXEC);
  if (fd >= 0) fcntl(fd, F_SETFL, O_APPEND);
  return fd;
}

static void capture(void) { dup2(frame_fd, output_fd); }
static void release(void) {
  fflush(stream);
  dup2(terminal_fd, output_fd);
}

// Whether a text is a number of lines or columns that a screen may have; ncurses fails on others.
static int is_size(const char *text) {
  if (text == NULL) return 1;
  char *end;
  long size = strtol(text, &end, 10);
  return *end == 0 && size > 0 && size <= 1000;
}

int cnc_start(const char *type, int terminal) {
  if (frame_fd < 0) frame_fd = cnc_memory_file();
  terminal_fd = terminal;
  output_fd = fcntl(terminal, F_DUPFD_CLOEXEC, 3);
  stream = output_fd < 0 || frame_fd < 0 ? NULL : fdopen(output_fd, "w");
  if (stream == NULL) return -1;
  // The terminal itself is asked for its size; what the environment says counts where it has none.
  use_env(is_size(getenv("LINES")) && is_size(getenv("COLUMNS")));
  screen = newterm(type, stream, stdin);
  if (screen == NULL) {
    fclose(stream);
    return -1;
  }
  nonl();
  capture();
  if (has_colors()) {
    start_color();
    use_default_colors();
  }
  leaveok(stdscr, TRUE);
  typeahead(-1);
  curs_set(0);
  release();
  return 0;
}

void cnc_stop(void) {
  if (screen == NULL) return;
  delscreen(screen);
  screen = NULL;
  fclose(stream);
  close(frame_fd);
  frame_fd = -1;
}

// COLORS is 0 or undefined on terminals without colours.
int cnc_colors(void) { return has_colors() ? COLORS : 0; }
int cnc_color_pairs(void) { return has_colors() ? COLOR_PAIRS : 0; }
int cnc_rows(void) { return LINES; }
int cnc_columns(void) { return COLS; }

const char *cnc_capability(const char *name) {
  const char *value = tigetstr((char *)name);
  return value == (const char *)-1 ? NULL : value;
}

void cnc_define_pair(int pair, int foreground, int background) {
  init_extended_pair(pair, foreground, background);
}

void cnc_put(
  int row, int column, const uint32_t *scalars, int count, unsigned attributes, int pair) {
  attr_t attrs = (attributes & CNC_BOLD ? A_BOLD : 0) | (attributes & CNC_DIM ? A_DIM : 0)
    | (attributes & CNC_REVERSE ? A_REVERSE : 0) | (attributes & CNC_UNDERLINE ? A_UNDERLINE : 0);
  for (int i = 0; i < count; i++) {
    const uint32_t *letter = scalars + i * CNC_SCALARS;
    if (letter[0] == 0) continue;
    int width = i + 1 < count && letter[CNC_SCALARS] == 0 ? 2 : 1;
    wchar_t text[CNC_SCALARS + 1] = {(wchar_t)letter[0]};
    cchar_t cell;
    // Where the C library disagrees on the width, ncurses would lose count of the columns.
    if (wcwidth(text[0]) == width) {
      for (int mark = 1, length = 1; mark < CNC_SCALARS && letter[mark] != 0; mark++) {
        if (wcwidth((wchar_t)letter[mark]) == 0) text[length++] = (wchar_t)letter[mark];
      }
    } else {
      text[0] = L'?';
    }
    if (setcchar(&cell, text, attrs, 0, &pair) != OK) continue;
    mvadd_wch(row, column + i, &cell);  // ERR in the last cell of the screen, though drawn
    if (width == 2 && text[0] == L'?') {
      wchar_t blank[2] = L" ";
      if (setcchar(&cell, blank, attrs, 0, &pair) == OK) mvadd_wch(row, column + i + 1, &cell);
    }
  }
}

void cnc_erase(void) { erase(); }

void cnc_resize(int height, int width) {
  capture();
  resizeterm(height, width);
  release();
}

void cnc_repaint(void) { clearok(curscr, TRUE); }

void cnc_render(void) {
  capture();
  wnoutrefresh(stdscr);
  doupdate();
  release();
}

void cnc_leave(void) {
  capture();
  endwin();
  release();
}

long cnc_frame_size(void) { return (long)lseek(frame_fd, 0, SEEK_END); }

void cnc_take_frame(void *bytes, long count) {
  if (pread(frame_fd, bytes, (size_t)count, 0) < 0 || ftruncate(frame_fd, 0) < 0) return;
}
