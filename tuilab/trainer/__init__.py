"""The trainer: `python -m tuilab.trainer RUN_FOLDER` trains one run and is the only writer of its log.

It reads the folder's experiment, goes on from the newest checkpoint if there is one, appends events, and looks
between iterations for requests that others left. It never knows who looks. Nothing is loaded here: what cannot be is
said by `__main__`.
"""
