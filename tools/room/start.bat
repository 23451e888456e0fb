@echo off
rem Finds a Python and hands over to start.py.
for %%v in (@VERSIONS@) do (
  py -%%v -c "" >nul 2>nul && (
    py -%%v "%~dp0start.py" %*
    goto done
  )
)
python -c "" >nul 2>nul && (
  python "%~dp0start.py" %*
  goto done
)
echo There is no Python on this machine. Install Python @PYTHONS@ from python.org.
:done
pause
